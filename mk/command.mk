# SPDX-License-Identifier: GPL-2.0
#
# The command "pvsched", which looks at a host or a guest and switches parts.

PREFIX ?= /usr/local
DESTDIR ?=
VERSION ?= $(COMMIT)

command = $(MAKE) -s -C tools/pvsched O=$(TOP)/$(B)/command VERSION=$(VERSION)

COMMAND_SOURCES := $(wildcard tools/pvsched/*.[ch])

.PHONY: command install-command
command: | $(B)
	$(call need,gcc make libc6-dev)
	@$(command)
	@echo "pvsched: the command is $(B)/command/pvsched; make install-command puts it into $(PREFIX)"

install-command: command
	@$(command) install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)
