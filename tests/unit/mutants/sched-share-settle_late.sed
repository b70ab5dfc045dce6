# SPDX-License-Identifier: GPL-2.0
# Wait anew at a step up.
s/(steps \&\& !c->mean.off_up)/steps/
