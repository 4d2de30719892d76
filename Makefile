# SPDX-License-Identifier: GPL-2.0-or-later
#
# make demo    see it work          make check   see it hold          make help   everything else
#
# Everything is built below build/<variant>/; a variant is a set of flags (release, asan, tsan, cover, clang).
# `make asan-check-unit` runs the target check-unit in the variant asan.

SHELL := /bin/bash
VARIANT ?= release
PREFIX ?= /usr/local
B := build/$(VARIANT)

PACKAGES := libxapian-dev libicu-dev zlib1g-dev libdeflate-dev libmicrohttpd-dev libjansson-dev libarchive-dev libxml2-dev \
            libseccomp-dev poppler-utils poppler-data antiword pkg-config g++
PACKAGES_CHECK := libcmocka-dev clang libclang-rt-14-dev cppcheck clang-format valgrind fiu-utils universal-ctags python3 curl mandoc

Q := $(if $(V),,@)
CC := gcc
CXX := g++
WARN := -Wall -Wextra -Werror -Wshadow -Wpointer-arith -Wundef -Wwrite-strings -Wvla -Wformat=2 -Wno-format-nonliteral -Wno-missing-field-initializers
WARN_C := -Wmissing-prototypes -Wstrict-prototypes -Wredundant-decls
OPT := -O2 -g
LINK :=
ifeq ($(VARIANT),asan)
OPT := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
LINK := -fsanitize=address,undefined
endif
ifeq ($(VARIANT),tsan)
OPT := -O1 -g -fsanitize=thread
LINK := -fsanitize=thread
endif
ifeq ($(VARIANT),cover)
OPT := -O0 -g --coverage
LINK := --coverage
endif
ifeq ($(VARIANT),clang)
CC := clang
CXX := clang++
endif
ifeq ($(VARIANT),fuzz)
CC := clang
CXX := clang++
OPT := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -fno-sanitize=vptr,function -fno-omit-frame-pointer
LINK := -fsanitize=address,undefined
endif
DEFINES := -D_GNU_SOURCE -DTIAN_SOURCE_SHARE='"$(CURDIR)/share"' -DTIAN_SHARE_DIR='"$(PREFIX)/share/tian"'
INCLUDES := -Iinclude -Isrc -I$(B)/gen
CFLAGS_ALL := -std=c11 $(OPT) $(WARN) $(WARN_C) -fPIC -fvisibility=hidden -pthread $(DEFINES) $(INCLUDES) -I/usr/include/libxml2 $(CFLAGS)
CXXFLAGS_ALL := -std=c++17 $(OPT) $(WARN) -fPIC -fvisibility=hidden -pthread $(DEFINES) $(INCLUDES) $(CXXFLAGS)
LIBS := -lxapian -licui18n -licuuc -lz -ldeflate -ljansson -larchive -lxml2 -lseccomp -lpthread -lm
LIBS_HTTP := -lmicrohttpd

STAGES := base extract text document store search duplicate
LIB_C := $(filter-out src/text/gen_%.c,$(foreach s,$(STAGES),$(wildcard src/$(s)/*.c))) $(wildcard src/tian*.c)
LIB_CC := $(wildcard src/store/*.cc)
FRONT_C := $(wildcard src/http/*.c) $(wildcard src/cli/*.c)
LIB_O := $(LIB_C:src/%.c=$(B)/%.o) $(LIB_CC:src/%.cc=$(B)/%.o)
FRONT_O := $(FRONT_C:src/%.c=$(B)/%.o)
UNIT := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
FUZZ := $(patsubst tests/fuzz/fuzz_%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
TOOLS := $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c))

.PHONY: all help demo check check-long install uninstall clean deps deps-check layers shape format tidy cover bench bench-long bless
.DELETE_ON_ERROR:
.SECONDARY:

all: $(B)/tian $(B)/libtian.so ## build the program and the library (build/release/tian)

help: ## this list
	@awk -F':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

# ---- what is missing on this machine -----------------------------------------------------------------

deps: ## install what the build needs from Debian
	@tests/tools/install.sh $(PACKAGES)
deps-check: ## install what the tests need from Debian
	@tests/tools/install.sh $(PACKAGES) $(PACKAGES_CHECK)

# ---- build -------------------------------------------------------------------------------------------

$(B)/gen_fold: src/text/gen_fold.c
	@mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -O1 $(WARN) $(DEFINES) -Iinclude -Isrc $< -o $@ -licuuc -licui18n
$(B)/gen/fold_table.h: $(B)/gen_fold
	@mkdir -p $(@D)
	$< > $@
$(B)/text/normalise.o: $(B)/gen/fold_table.h

$(B)/%.o: src/%.c
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(CFLAGS_ALL) -MMD -MP -c $< -o $@
$(B)/%.o: src/%.cc
	@mkdir -p $(@D)
	@echo "  CXX  $<"
	$(Q)$(CXX) $(CXXFLAGS_ALL) -MMD -MP -c $< -o $@
$(B)/http/page.o: src/http/page/tian.css
$(B)/http/%.o: CFLAGS_ALL += -Wa,-I$(CURDIR)/src/http

$(B)/libtian.so: $(LIB_O)
	@echo "  LINK $@"
	$(Q)$(CXX) -shared -Wl,-soname,libtian.so.1 $(LINK) $^ -o $@ $(LIBS)
$(B)/tian: $(LIB_O) $(FRONT_O)
	@echo "  LINK $@"
	$(Q)$(CXX) $(LINK) $^ -o $@ $(LIBS) $(LIBS_HTTP)
$(B)/unit/%: tests/unit/%.c $(LIB_O)
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(CFLAGS_ALL) -Itests -MMD -MP $(LINK) $< $(LIB_O) -o $@ $(LIBS) -lstdc++ -lcmocka
$(B)/bench/%: tests/bench/%.c $(LIB_O)
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(CFLAGS_ALL) -Itests -MMD -MP $(LINK) $< $(LIB_O) -o $@ $(LIBS) -lstdc++

# with libFuzzer, or (any other variant) with a main that runs the target over the files it is given
$(B)/fuzz/%: tests/fuzz/fuzz_%.c tests/fuzz/fuzz.c tests/fuzz/fuzz.h $(LIB_O)
	@mkdir -p $(@D)
	@echo "  CC   $<"
	$(Q)$(CC) $(CFLAGS_ALL) -Itests/fuzz $(LINK) $(if $(filter fuzz,$(VARIANT)),-fsanitize=fuzzer,-DFUZZ_REPLAY) \
	  $< tests/fuzz/fuzz.c $(LIB_O) -o $@ $(LIBS) -lstdc++

-include $(LIB_O:.o=.d) $(FRONT_O:.o=.d) $(UNIT:=.d) $(TOOLS:=.d)

# ---- see it work -------------------------------------------------------------------------------------

demo: deps ## install what is missing, build, index corpus/, search, check a draft
	@$(MAKE) -s -j2 all
	@tests/tools/demo.sh $(B)/tian

# ---- see it hold -------------------------------------------------------------------------------------

# name = command of each part of `make check`, run in this order, several at once: only one part may build a variant.
# tests/tools/check.sh counts them.
CHECKS := layers shape format-check check-crash check-snap check-locks check-faults check-format asan-check-unit-fuzz check-unit check-parse check-cli check-doc check-api check-oracle \
          check-theme check-titles check-relevance check-hostile check-duplicates check-report check-server check-ingest clang-all cppcheck
check: deps-check ## install what the tests need and run all of them
	@$(MAKE) -s -j2 all
	@tests/tools/check.sh $(CHECKS)
CHECKS_LONG := check-oracle-long check-crash-long check-snap-long check-store-long check-faults-long check-ingest-long check-roundtrip-long tsan-check-store check-duplicates-long tsan-check-server valgrind-check-cli check-fuzz-long analyze cover
check-long: check ## the soaks: crash loops, fuzzing, large corpora
	@tests/tools/check.sh $(CHECKS_LONG)

check-unit: $(UNIT) ## unit tests (cmocka)
	@tests/tools/run-units.sh $(UNIT)
check-parse: $(B)/unit/forms ## how well the forms of tests/parse/ are read, field by field
	@$< tests/parse
check-%: all
	@tests/$*.sh $(B)/tian
check-crash-long: all
	@tests/crash.sh $(B)/tian 500
check-snap-long: all
	@tests/snap.sh $(B)/tian 1
STORE_UNIT := $(B)/unit/test_store_faults $(B)/unit/test_store_flips $(B)/unit/test_store_readers
check-store: $(STORE_UNIT)
	@tests/tools/run-units.sh $(STORE_UNIT)
check-store-long: $(STORE_UNIT) ## ten thousand failures, a minute of readers against writers
	@TIAN_STEP=3 TIAN_SECONDS=60 tests/tools/run-store.sh $(STORE_UNIT)
check-faults-long: all ## every 17th malloc() of thirteen commands, libfiu at random
	@tests/faults.sh $(B)/tian 17 20
check-oracle-long: all
	@tests/oracle.sh $(B)/tian --cases 100000 language
check-roundtrip-long: all
	@tests/roundtrip.sh $(B)/tian
check-ingest-long: all ## three thousand damaged files
	@tests/ingest.sh $(B)/tian 3000
check-duplicates-long: all
	@tests/duplicates.sh $(B)/tian --long
check-unit-fuzz: check-unit check-fuzz # both, one after the other
	@:
check-fuzz: $(FUZZ) ## the inputs kept of the fuzzers, and each of them cut short
	@tests/fuzz.sh replay $(FUZZ)
fuzz: ## libFuzzer on every target for SECONDS=60 (or RUNS=1000000), findings in build/fuzz/found
	@$(MAKE) -s VARIANT=fuzz fuzz-run
fuzz-run: $(FUZZ)
	@tests/fuzz.sh run $(FUZZ)
check-fuzz-long: ## ten million lines and record files; ten minutes of each of the others
	@RUNS=10000000 MAX_LEN=256 TARGETS=query $(MAKE) -s fuzz
	@RUNS=10000000 MAX_LEN=512 TARGETS=record $(MAKE) -s fuzz
	@SECONDS_EACH=600 TARGETS="charset text split parse table package pdf webpage" $(MAKE) -s fuzz
bless: all ## write the golden files anew: then read `git diff tests/cli tests/ingest`
	@tests/cli.sh --bless $(B)/tian
	@tests/ingest.sh --bless $(B)/tian
asan-%:
	@$(MAKE) -s VARIANT=asan $*
tsan-check-store: export TIAN_TIMEOUT := 3000
tsan-check-store: export TIAN_SECONDS := 30
tsan-%:
	@$(MAKE) -s VARIANT=tsan $*
clang-%:
	@$(MAKE) -s VARIANT=clang $*
valgrind-%:
	@TIAN_WRAP="valgrind -q --error-exitcode=99 --leak-check=full" $(MAKE) -s $*

layers: ## do the includes obey layers.txt?
	@awk -f tests/tools/layers.awk tests/tools/layers.txt $$(find src include -name '*.[ch]' -o -name '*.cc' | sort)
shape: ## lengths of functions and files, against the limits
	@tests/tools/shape.py src
format: ## format the sources in place
	@clang-format -i $$(find src include tests -name '*.[ch]' -o -name '*.cc')
format-check:
	@clang-format --dry-run -Werror $$(find src include tests -name '*.[ch]' -o -name '*.cc') && echo "format: all files formatted"
cppcheck:
	@cppcheck -q --enable=warning,performance,portability --inline-suppr --error-exitcode=1 --suppress=missingInclude \
	  --suppress=uninitMemberVar -j2 -Iinclude -Isrc src && echo "cppcheck: nothing found"
analyze: ## gcc -fanalyzer over the C sources
	@for f in $(LIB_C) $(FRONT_C); do $(CC) $(CFLAGS_ALL) -fanalyzer -c $$f -o /dev/null || bad=1; done; \
	[ -z "$$bad" ] && echo "analyze: nothing found"
cover: ## line and branch coverage of src/ by the tests
	@tests/tools/cover.sh

bench: all $(TOOLS) ## speed and size beside the peers (see doc/PERFORMANCE.md)
	@tests/bench/bench.sh $(B)
bench-long: all $(TOOLS) ## growth to a million documents, additions while somebody asks: half an hour
	@tests/bench/grow.sh $(B)

install: all ## DESTDIR=… PREFIX=…
	install -d $(DESTDIR)$(PREFIX)/{bin,lib,include,share/tian,share/man/man1}
	install -m755 $(B)/tian $(DESTDIR)$(PREFIX)/bin/tian
	install -m644 $(B)/libtian.so $(DESTDIR)$(PREFIX)/lib/libtian.so.1
	ln -sf libtian.so.1 $(DESTDIR)$(PREFIX)/lib/libtian.so
	install -m644 include/tian.h $(DESTDIR)$(PREFIX)/include/tian.h
	cp -r share/. $(DESTDIR)$(PREFIX)/share/tian/
	for m in doc/*.1; do [ ! -e $$m ] || install -m644 $$m $(DESTDIR)$(PREFIX)/share/man/man1/; done
uninstall:
	rm -rf $(DESTDIR)$(PREFIX)/bin/tian $(DESTDIR)$(PREFIX)/lib/libtian.so* $(DESTDIR)$(PREFIX)/include/tian.h \
	  $(DESTDIR)$(PREFIX)/share/tian $(DESTDIR)$(PREFIX)/share/man/man1/tian*.1
clean: ## remove build/
	rm -rf build
