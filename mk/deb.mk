# SPDX-License-Identifier: GPL-2.0
#
# A kernel package for hosts and guests alike: a configuration of Debian's with our options, built
# by the kernel's own bindeb-pkg. Its tree has no patch of the lab's, and files where ours has
# links, for some of them go into the package of the headers.

CONFIG ?=
DEBUG_INFO ?=

DEB := $(B)/deb
PKGS_COMMAND := gcc make libc6-dev dpkg-dev debhelper
PKGS_DEB := $(PKGS_BUILD) $(PKGS_COMMAND) kmod $(if $(DEBUG_INFO),dwarves)

# Debian's configuration of the kernel that runs here, if it is one of Debian's, or else of its cloud kernel
running_config = $(shell config=/boot/config-$$(uname -r); dpkg-query -S $$config > /dev/null 2>&1 && echo $$config)
deb_config = $(or $(CONFIG),$(running_config),$(options_debian))
deb_options = KVM_PVSCHED=y PVSCHED_GUEST=y LOCALVERSION=\"-pvsched\" LOCALVERSION_AUTO=n \
	SYSTEM_TRUSTED_KEYS=\"\" MODULE_SIG_KEY=\"certs/signing_key.pem\" $(if $(DEBUG_INFO),,$(others_debian))
deb = BASE="$(BASE)" COMMIT="$(COMMIT)" JOBS="$(JOBS)" DEBUG_INFO="$(DEBUG_INFO)" \
	KMAKE='$(call kmake,$(TOP)/$(DEB)/linux,$(TOP)/$(DEB)/linux/out)' mk/deb.sh $(1) "$(deb_config)" $(DEB) $(deb_options)
deb_command = COMMIT="$(COMMIT)" mk/deb-command.sh $(DEB)

$(DEB)/linux.copied: $(B)/linux.patched $(SOURCES) $(SERIES)
	@mkdir -p $(DEB)
	@rsync -a --delete --copy-unsafe-links --exclude='/out*' --exclude=/.pc --exclude=/patches \
		--link-dest=$(LINUX) $(LINUX)/ $(DEB)/linux
	@for p in $(LAB_PATCHES); do patch -Rsp1 -F0 -d $(DEB)/linux < $$p; done
	@touch $@

.PHONY: deb deb-build deb-command
deb: | $(B)
	@$(if $(filter $(options_debian),$(deb_config)),$(MAKE) -s $(B)/headers/Module.symvers)
	@$(call deb,plan)
	@$(if $(DRY),:,$(call alone,deb,deb-build))

deb-build: | $(B)
	$(call need,$(PKGS_DEB))
	@$(locked) $(DEB)/linux.copied
	@$(call deb,build)
	@$(deb_command)

# The command alone, in seconds
deb-command: | $(B)
	$(call need,$(PKGS_COMMAND))
	@mkdir -p $(DEB); $(deb_command)
