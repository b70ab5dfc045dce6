# SPDX-License-Identifier: GPL-2.0
# Leave the old deadline queued when the new one has passed.
s/^\t\thrtimer_cancel(&timer->timer);/\t\t;/
