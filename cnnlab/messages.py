"""Every text of the command but the hints, in both languages.

Only characters of Latin-1, which every console of the course can show.
"""

from __future__ import annotations

from cnnlab.text import Text

# --- help -----------------------------------------------------------------------------------

HELP = Text(
    es="Comprueba, vigila y empaqueta tus prácticas de redes convolucionales.",
    en="Check, watch and pack your labs on convolutional networks.",
)
CHECK_HELP = Text(
    es="Pasa las pruebas públicas de los laboratorios que nombres (de todos si no nombras "
    "ninguno) y explica el primer fallo de cada uno. Termina con 0 si todo está bien, con 1 si "
    "algo falla.",
    en="Run the public tests of the labs you name (of all if you name none) and explain the "
    "first failure of each. The exit status is 0 if all is well, 1 if something fails.",
)
CHECK_SHORT = Text(es="Pasa las pruebas públicas.", en="Run the public tests.")
WATCH_HELP = Text(
    es="Vuelve a pasar las pruebas públicas de un laboratorio cada vez que guardas su archivo. "
    "Sin nombre vigila todos. Se detiene con Ctrl-C.",
    en="Run the public tests of a lab again each time you save its file. Without a name it "
    "watches all of them. Ctrl-C stops it.",
)
WATCH_SHORT = Text(es="Pasa las pruebas cada vez que guardas.", en="Run the tests at each save.")
HINT_HELP = Text(
    es="Da una pista sobre una función, de tres niveles: la idea, la fórmula y el error "
    "frecuente. Sin función, muestra la idea de cada función del laboratorio.",
    en="Give a hint on a function, of three levels: the idea, the formula and the common "
    "mistake. Without a function, show the idea of every function of the lab.",
)
HINT_SHORT = Text(es="Da una pista.", en="Give a hint.")
PACK_HELP = Text(
    es="Reúne los módulos de los laboratorios en un zip para entregarlo y dice qué hay dentro y "
    "qué queda por hacer.",
    en="Put the modules of the labs into a zip to hand in, and say what is inside and what is "
    "still to do.",
)
PACK_SHORT = Text(es="Prepara la entrega.", en="Prepare the submission.")
LANG_HELP = Text(
    es="Idioma: es o en (por omisión, el de tu sistema o español).",
    en="Language: es or en (by default that of your system, or Spanish).",
)
LEVEL_HELP = Text(
    es="1 la idea (por omisión), 2 la fórmula, 3 el error frecuente.",
    en="1 the idea (the default), 2 the formula, 3 the common mistake.",
)
OUTPUT_HELP = Text(
    es="El zip que se escribe (por omisión, cnnlab-entrega.zip).",
    en="The zip to write (by default cnnlab-submission.zip).",
)
HELP_OPTION = Text(es="Muestra esta ayuda y termina.", en="Show this message and exit.")
VERSION_HELP = Text(es="Muestra la versión y termina.", en="Show the version and exit.")
USAGE_HEADING = Text(es="Uso", en="Usage")
OPTIONS_HEADING = Text(es="Opciones", en="Options")
COMMANDS_HEADING = Text(es="Órdenes", en="Commands")
OPTIONS_METAVAR = Text(es="[OPCIONES]", en="[OPTIONS]")
COMMAND_METAVAR = Text(es="ORDEN [ARGUMENTOS]...", en="COMMAND [ARGS]...")
MAGIC_HELP = Text(
    es="Pasa las pruebas públicas de un laboratorio, o solo las de una de sus funciones, y "
    "explica el primer fallo. Después, el cuaderno usa los módulos tal como están guardados. Sin "
    "--lang sigue en el último idioma elegido.",
    en="Run the public tests of a lab, or only those of one of its functions, and explain the "
    "first failure. Afterwards the notebook uses the modules as they are saved. Without --lang "
    "it keeps the language last chosen.",
)
FUNCTION_METAVAR = Text(es="FUNCIÓN", en="FUNCTION")
FILE_METAVAR = Text(es="ARCHIVO", en="FILE")

# --- bad usage ------------------------------------------------------------------------------

NO_SUCH_COMMAND = Text(
    es="no existe la orden «{name}»; las órdenes son {known}",
    en="there is no command '{name}'; the commands are {known}",
)
NO_SUCH_OPTION = Text(
    es="no existe la opción {name}; mira «{command} --help»",
    en="there is no option {name}; see '{command} --help'",
)
BAD_OPTION = Text(
    es="la opción {name} está mal escrita (¿falta o sobra su valor?); mira «{command} --help»",
    en="the option {name} is not well written (a value missing, or one too many?); "
    "see '{command} --help'",
)
BAD_VALUE = Text(
    es="«{value}» no es un valor de {name}; los valores son {known}",
    en="'{value}' is not a value of {name}; the values are {known}",
)
MISSING_ARGUMENT = Text(
    es="falta {name}; mira «{command} --help»", en="{name} is missing; see '{command} --help'"
)
EXTRA_ARGUMENT = Text(
    es="sobra «{name}»; mira «{command} --help»",
    en="'{name}' is one argument too many; see '{command} --help'",
)
BAD_USAGE = Text(
    es="esa orden no se entiende; mira «{command} --help»",
    en="that command cannot be understood; see '{command} --help'",
)
UNKNOWN_LAB = Text(
    es="no existe el laboratorio «{name}»; los laboratorios son {known}",
    en="there is no lab '{name}'; the labs are {known}",
)
UNKNOWN_FUNCTION = Text(
    es="«{name}» no está en el laboratorio {lab}; sus funciones son {known}",
    en="'{name}' is not in the lab {lab}; its functions are {known}",
)
TESTS_MISSING = Text(
    es="falta el archivo de pruebas {path}; recupéralo de los archivos de la práctica",
    en="the test file {path} is missing; restore it from the files of the course",
)
PROCESS_DOES_NOT_START = Text(
    es="no se puede iniciar el proceso que pasa las pruebas; comprueba que «python -c 'import "
    "torch, pytest'» funciona",
    en="the process that runs the tests does not start; check that \"python -c 'import torch, "
    "pytest'\" works",
)
INTERRUPTED = Text(es="Interrumpido.", en="Interrupted.")

# --- check ----------------------------------------------------------------------------------

PASSES = Text(es="bien", en="passes")
FAILS = Text(es="falla", en="fails")
RAISES = Text(es="da un error", en="raises an error")
TO_DO = Text(es="por hacer", en="to do")
DOES_NOT_END = Text(es="no termina", en="does not end")
CRASHES = Text(es="cierra Python", en="crashes Python")
NOT_RUN = Text(es="sin probar", en="not run")

TESTS_PASSED = Text(
    es="{passed} de {total} pruebas superadas en {seconds} s",
    en="{passed} of {total} tests passed in {seconds} s",
)
SEEN_FALSE = Text(es="no se cumple: {condition}", en="does not hold: {condition}")
SEEN_WHERE = Text(es="donde", en="where")
SEEN_AND = Text(es="y", en="and")
SEEN_DIFFERENCE = Text(
    es="en la posición {index}: {difference}", en="at index {index}: {difference}"
)
SEEN_NO_ERROR = Text(es="no se lanzó {error}", en="{error} was not raised")
SEEN_NOTHING = Text(es="la condición no se cumple", en="the condition does not hold")
SEEN_EXAMPLE = Text(es="con {example}", en="with {example}")
SEEN_TODO = Text(
    es="por hacer en {where}; pista: cnnlab hint {lab} {function}",
    en="to do in {where}; hint: cnnlab hint {lab} {function}",
)
SEEN_TIMEOUT = Text(es="no terminó en {deadline} s", en="did not end within {deadline} s")
SEEN_CRASH = Text(
    es="el código cerró el proceso de Python (¿os._exit, sys.exit o un fallo en C?)",
    en="the code ended the Python process (os._exit, sys.exit or a fault in C?)",
)
BROKEN_MISSING = Text(
    es="{where}: no se puede leer: {message}", en="{where}: unreadable: {message}"
)
BROKEN_SYNTAX = Text(
    es="{where}: error de sintaxis: {message}", en="{where}: syntax error: {message}"
)
BROKEN_IMPORT = Text(
    es="{where}: el módulo no se puede importar: {message}",
    en="{where}: the module cannot be imported: {message}",
)
BROKEN_TIMEOUT = Text(
    es="{where}: el módulo no terminó de importarse en {deadline} s",
    en="{where}: importing the module did not end within {deadline} s",
)
BROKEN_CRASH = Text(
    es="{where}: importar el módulo cierra el proceso de Python",
    en="{where}: importing the module ends the Python process",
)
BROKEN_TESTS = Text(
    es="{where}: las pruebas no se pueden cargar: {message}",
    en="{where}: the tests cannot be loaded: {message}",
)
NO_TESTS = Text(es="no hay ninguna prueba", en="there is no test")

# --- notebook -------------------------------------------------------------------------------

FUNCTION_COLUMN = Text(es="Función", en="Function")
TESTS_COLUMN = Text(es="Pruebas", en="Tests")
STATE_COLUMN = Text(es="Estado", en="State")
PUBLIC_TESTS_FAILED = Text(
    es="{label} no supera todas sus pruebas públicas; mira la tabla de arriba",
    en="{label} does not pass all of its public tests; see the table above",
)

# --- watch ----------------------------------------------------------------------------------

WATCHING = Text(
    es="Vigilo {labs}. Guarda un archivo para volver a comprobarlo; Ctrl-C para terminar.",
    en="Watching {labs}. Save a file to check it again; Ctrl-C stops.",
)
WATCHING_SLOWLY = Text(
    es="En este sistema cada comprobación carga torch de nuevo: si guardas varias veces seguidas, "
    "tardará unos segundos.",
    en="On this system each check loads torch again: several saves in a row will take a few "
    "seconds.",
)
WATCH_ENDED = Text(es="Fin de la vigilancia.", en="Stopped watching.")

# --- hint -----------------------------------------------------------------------------------

IDEA = Text(es="Idea", en="Idea")
FORMULA = Text(es="Fórmula", en="Formula")
PITFALL = Text(es="Error frecuente", en="Common mistake")
NEXT_HINT = Text(
    es="Si necesitas más: cnnlab hint {lab} {function} --level {level}",
    en="If you need more: cnnlab hint {lab} {function} --level {level}",
)
HINT_OF_FUNCTION = Text(
    es="Más sobre una función: cnnlab hint {lab} FUNCIÓN --level 2",
    en="More on a function: cnnlab hint {lab} FUNCTION --level 2",
)

# --- pack -----------------------------------------------------------------------------------

DEFAULT_ARCHIVE = Text(es="cnnlab-entrega.zip", en="cnnlab-submission.zip")
PACK_SYNTAX = Text(
    es="{where}: error de sintaxis: {message}; corrígelo antes de empaquetar",
    en="{where}: syntax error: {message}; mend it before packing",
)
PACK_UNREADABLE = Text(
    es="{where}: no se puede leer: {message}; recupera el archivo antes de empaquetar",
    en="{where}: unreadable: {message}; restore the file before packing",
)
PACK_UNTOUCHED = Text(
    es="todavía no hay nada que entregar: en ningún módulo hay una función terminada",
    en="there is nothing to hand in yet: no module has a finished function",
)
PACK_NOT_A_ZIP = Text(
    es="{path} ya existe y no es un zip; elige otro nombre con --output",
    en="{path} exists and is not a zip; choose another name with --output",
)
PACK_UNWRITABLE = Text(
    es="no se puede escribir {path}: {message}; elige otro lugar con --output",
    en="{path} cannot be written: {message}; choose another place with --output",
)
PACKED = Text(es="Escrito {path}", en="Wrote {path}")
STATE_COMPLETE = Text(es="completo", en="complete")
STATE_PARTIAL = Text(es="por hacer: {names}", en="to do: {names}")
STATE_UNTOUCHED = Text(es="sin empezar", en="not started")
