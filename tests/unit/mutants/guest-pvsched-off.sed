# SPDX-License-Identifier: GPL-2.0
# Ignore pvsched=off.
/if (!strcmp(arg, "off"))/,+1d
s/pvsched_wanted = 0;/if (!strcmp(arg, "off")) return 0;/
