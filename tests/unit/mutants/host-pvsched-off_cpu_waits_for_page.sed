# SPDX-License-Identifier: GPL-2.0
# Report a vCPU that is about to wait for a page.
s/ && !vcpu->arch.apf.halted//
