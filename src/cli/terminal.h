/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that only a person may give. */
#ifndef AEX_CLI_TERMINAL_H
#define AEX_CLI_TERMINAL_H

#include <stdbool.h>

/* False, with a complaint, when the process shows marks of an agent's shell. It keeps honest agents honest: a
 * program that hides the marks is held by the gate, which refuses these commands, not by this. */
bool terminal_refuse_agents(const char *command);

/* Asks on the terminal. True only for "y" or "yes"; no terminal, end of input and anything else is no, with a
 * complaint when there is no terminal. */
bool terminal_confirm(const char *command, const char *question);

#endif
