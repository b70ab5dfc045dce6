# SPDX-License-Identifier: GPL-2.0
# Fold vCPUs that may use other CPUs than others.
s|!data_race(cpumask_equal(.*|0)|
