/* `guichet item letter`. */
#ifndef GUICHET_CLI_ITEM_LETTER_H
#define GUICHET_CLI_ITEM_LETTER_H

int cli_item_letter_run(int argc, char **argv);

#endif
