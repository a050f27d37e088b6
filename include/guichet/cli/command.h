/* The subcommands.  There are three things to do to add one: a row in src/cli/command.def, a file
 * src/cli/<noun>.c with cli_<noun>_run(), and its line in src/cli/local.mk. */
#ifndef GUICHET_CLI_COMMAND_H
#define GUICHET_CLI_COMMAND_H

/* What `guichet` without a command runs. */
int cli_screen_run(int argc, char **argv);

#define COMMAND(noun, name, help) int cli_##noun##_run(int argc, char **argv);
#include "cli/command.def"
#undef COMMAND

#endif
