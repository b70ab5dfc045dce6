# SPDX-License-Identifier: GPL-2.0
# Show a VM that has ended.
s,if (!sys__exists(KVM_DEBUGFS "/%s"\, d->d_name)),if (0),
