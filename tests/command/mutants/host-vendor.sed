# SPDX-License-Identifier: GPL-2.0
# Take the folder of a module for the CPU.
s/ && sys__has_cpu_flag("vmx")//
