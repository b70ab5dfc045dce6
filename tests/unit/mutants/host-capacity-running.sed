# SPDX-License-Identifier: GPL-2.0
# Look as often while few vCPUs run.
s/running = clamp(census->runnable, 1u, cpus)/running = cpus/
