# SPDX-License-Identifier: GPL-2.0
# Wait before vCPUs are taken into use again.
s/if (wanted < f->cpus) {/if (wanted != f->cpus \&\& f->cpus) {/
