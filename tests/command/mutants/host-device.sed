# SPDX-License-Identifier: GPL-2.0
# Take a machine without /dev/kvm for a host.
s, && sys__exists("/dev/kvm"),,
