# SPDX-License-Identifier: GPL-2.0
# See no stranger in the VM's group.
s,c->foreign = runnable > .*,c->foreign = 0;,
