/* `guichet item show` and `item history`. */
#ifndef GUICHET_CLI_ITEM_SHOW_H
#define GUICHET_CLI_ITEM_SHOW_H

int cli_item_show_run(int argc, char **argv);
int cli_item_show_history(int argc, char **argv);

#endif
