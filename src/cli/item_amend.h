/* `guichet item amend`. */
#ifndef GUICHET_CLI_ITEM_AMEND_H
#define GUICHET_CLI_ITEM_AMEND_H

int cli_item_amend_run(int argc, char **argv);

#endif
