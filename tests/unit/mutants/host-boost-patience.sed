# SPDX-License-Identifier: GPL-2.0
# Starve whoever is never the best.
s/vcpu->arch.pvsched.passed >= PVSCHED_BOOST_PATIENCE/false/
