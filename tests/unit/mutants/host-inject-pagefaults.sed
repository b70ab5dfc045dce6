# SPDX-License-Identifier: GPL-2.0
# Take page faults.
s/pagefault_[a-z]*();//
