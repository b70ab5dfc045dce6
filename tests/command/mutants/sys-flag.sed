# SPDX-License-Identifier: GPL-2.0
# Take a longer flag for the one.
s/if (!strcmp(word, flag))/if (!strncmp(word, flag, strlen(flag)))/
