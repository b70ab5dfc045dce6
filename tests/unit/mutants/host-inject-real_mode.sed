# SPDX-License-Identifier: GPL-2.0
# Inject in real mode, where that may write to guest memory.
s/return is_protmode(vcpu) && /return /
