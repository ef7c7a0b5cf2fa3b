#!/bin/sh
# Builds tests/isa/kernel_bits.c with every compiler, level and instruction set at hand and runs it:
# each must print the pinned hash. Run in the source root; needs AVX-512 for its last column.
set -eu
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
rules="-std=c11 -ffp-contract=off -fno-math-errno -fno-trapping-math -Isrc"
failed=0

# build COMPILER LEVEL TARGET: leaves $out/bits
build() {
    objects=
    if [ "$3" = aarch64 ]; then isas=neon; else isas="sse2 avx2 avx512"; fi
    for isa in $isas; do
        case $isa in
        avx2) flags="-mavx2 -mfma" ;;
        avx512) flags="-mavx512f -mavx512dq -mavx512vl -mfma -mprefer-vector-width=512" ;;
        *) flags= ;;
        esac
        $1 $rules "$2" $flags -DHPM_ISA=$isa -c src/price/price_kernels.c -o "$out/$isa.o"
        objects="$objects $out/$isa.o"
    done
    $1 $rules "$2" tests/isa/kernel_bits.c src/price/greeks.c src/price/price_dispatch.c $objects \
        -lm $4 -o "$out/bits"
}

check() { # LABEL COMMAND...
    label=$1
    shift
    if result=$("$@"); then echo "ok   $label: $result"; else echo "FAIL $label: $result"; failed=1; fi
}

for compiler in gcc clang; do
    command -v $compiler >/dev/null || continue
    for level in -O0 -O1 -O2 -O3; do
        build $compiler $level x86-64 ""
        for isa in 0 1 2; do
            case $isa in
            1) grep -q avx2 /proc/cpuinfo || continue ;;
            2) grep -q avx512dq /proc/cpuinfo || continue ;;
            esac
            check "$compiler $level" "$out/bits" $isa
        done
    done
done
if command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64 >/dev/null; then
    for level in -O0 -O3; do
        build aarch64-linux-gnu-gcc $level aarch64 -static
        check "aarch64 gcc $level" qemu-aarch64 "$out/bits" 0
    done
fi
exit $failed
