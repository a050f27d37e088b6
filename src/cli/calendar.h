/* The parts of `guichet calendar`. */
#ifndef GUICHET_CLI_CALENDAR_H
#define GUICHET_CLI_CALENDAR_H

/* Needs no clinic.  argv[0] is "expand". */
/* guichet calendar sync */
int cli_calendar_sync(int argc, char **argv);
int cli_calendar_expand(int argc, char **argv);

#endif
