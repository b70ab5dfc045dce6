# SPDX-License-Identifier: GPL-2.0
# Write the record while its cache is half updated.
s/ && !READ_ONCE(vcpu->arch.pvsched.in_record))/)/
