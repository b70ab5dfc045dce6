# SPDX-License-Identifier: GPL-2.0
# Multiply longer numbers than 63 bits hold.
s/PVSCHED_WEIGHT_BITS	22/PVSCHED_WEIGHT_BITS	40/
