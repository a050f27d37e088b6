/* The table of subcommands, nothing else. */
#include <stdio.h>

int
main(int argc, char **argv)
{
  (void)argc;
  (void)argv;
  puts("guichet");
  return 0;
}
