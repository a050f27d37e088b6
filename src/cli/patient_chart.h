/* guichet patient chart. */
#ifndef GUICHET_CLI_PATIENT_CHART_H
#define GUICHET_CLI_PATIENT_CHART_H

int cli_patient_chart_run(int argc, char **argv);

#endif
