# SPDX-License-Identifier: GPL-2.0
# Kick the vCPU that runs.
s/if (sent \&\& vcpu != me)/if (sent)/
