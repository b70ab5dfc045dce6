# SPDX-License-Identifier: GPL-2.0
# Yield to the queue head though the lock can be stolen.
s/(val & (PVSCHED_CLOSED << _Q_PENDING_OFFSET))/true/
