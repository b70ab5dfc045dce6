# SPDX-License-Identifier: GPL-2.0
# Fold at the first number that is lower.
s/if (now - f->since < (f->hold/if (0 \&\& now - f->since < (f->hold/
