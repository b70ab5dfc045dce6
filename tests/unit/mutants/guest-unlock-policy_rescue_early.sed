# SPDX-License-Identifier: GPL-2.0
# Kick a queue head at the first look.
s/if (!was_free || !r->was_free/if (!r->was_free/
