# SPDX-License-Identifier: GPL-2.0
# Steal time takes vCPUs, and gives none back.
s/cpus++;/;/
