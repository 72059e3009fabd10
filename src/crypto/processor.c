/* SPDX-License-Identifier: Apache-2.0 */
/* What nettle asks the processor at every start, answered by what the C library has asked it already: under a
 * hypervisor each CPUID instruction leaves the virtual machine and takes 4 us or more, three of them as long as
 * reading a policy. In the static program the linker leads nettle's own question here (--wrap, see
 * meson.build); where nettle asks in another way the question stays nettle's. */
#include <stdint.h>
#include <string.h>
#include <sys/platform/x86.h>

/* `leaf` is EAX before, `ret_registers` are EAX, EBX, ECX and EDX after the instruction, as Intel's manual
 * numbers them (volume 2A, CPUID). Leaf 0 names no manufacturer: nettle then uses what any processor with the
 * feature has. */
void __wrap__nettle_cpuid(uint32_t leaf, uint32_t *ret_registers);

void __wrap__nettle_cpuid(uint32_t leaf, uint32_t *ret_registers)
{
    enum { REGISTERS = 4, HIGHEST_LEAF = 7 };
    memset(ret_registers, 0, REGISTERS * sizeof *ret_registers);
    if (leaf == 0) {
        ret_registers[0] = HIGHEST_LEAF;
        return;
    }
    if (leaf == 1 || leaf == HIGHEST_LEAF) {
        unsigned place = leaf == 1 ? CPUID_INDEX_1 : CPUID_INDEX_7;
        memcpy(ret_registers, __x86_get_cpuid_feature_leaf(place)->cpuid_array,
               REGISTERS * sizeof *ret_registers);
    }
}
