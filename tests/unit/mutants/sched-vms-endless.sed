# SPDX-License-Identifier: GPL-2.0
# Do not take what is owed when it is used.
/^\tvm->owed--;/d
