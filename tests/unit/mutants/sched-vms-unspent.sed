# SPDX-License-Identifier: GPL-2.0
# Do not account what is taken out of the budget.
/^\tvms->spent += each;/d
