# SPDX-License-Identifier: GPL-2.0
# Break promises where no stranger is.
s/return 2 \* p->met > p->looks \&\&/return/
