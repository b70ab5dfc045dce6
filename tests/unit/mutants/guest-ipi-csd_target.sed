# SPDX-License-Identifier: GPL-2.0
# Forget the target of an asynchronous call.
s/this_cpu_write(pvsched_csd_target, cpu);//
