# SPDX-License-Identifier: GPL-2.0
# Take the own vCPUs for strangers.
s/all.weight -= own.weight;/;/
