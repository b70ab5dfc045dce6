# SPDX-License-Identifier: GPL-2.0
# Take a longer name in the boot option for a part.
s/strcmp(word, part->name)/strncmp(word, part->name, strlen(part->name))/
