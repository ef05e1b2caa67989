"""Every text of the pages' own, in both languages; what is graded brings its own."""

from __future__ import annotations

from cnnlab.text import Text

WORDS = {
    # All pages
    "anonymous_note": Text(
        es="Los nombres son seudónimos; los identificadores no están en estas páginas.",
        en="The names are pseudonyms; the ids are not in these pages.",
    ),
    "sections": Text(es="Apartados", en="Sections"),
    "student": Text(es="Estudiante", en="Student"),
    "students": Text(es="Estudiantes", en="Students"),
    "lab": Text(es="Laboratorio", en="Lab"),
    "labs": Text(es="Laboratorios", en="Labs"),
    "function": Text(es="Función", en="Function"),
    "check": Text(es="Comprobación", en="Check"),
    "checks": Text(es="Comprobaciones", en="Checks"),
    "points": Text(es="Puntos", en="Points"),
    "example": Text(es="Ejemplo mínimo", en="Smallest example"),
    "hint": Text(es="Pista", en="Hint"),
    "not_submitted": Text(es="Sin entregar", en="Not submitted"),
    "unreadable": Text(es="No se pudo leer", en="Could not be read"),
    # Class page
    "class_title": Text(es="Informe de la clase", en="Class report"),
    "counted_students": Text(es="Estudiantes: {n}", en="Students: {n}"),
    "counted_labs": Text(es="Laboratorios: {n}", en="Labs: {n}"),
    "class_mean": Text(es="Media: {mean} de {of} puntos", en="Mean: {mean} of {of} points"),
    "scores": Text(es="Notas por laboratorio", en="Scores by lab"),
    "scores_caption": Text(
        es="Cada laboratorio vale 10 puntos. La media, la mediana y el reparto son de las entregas "
        "corregidas.",
        en="Each lab is worth 10 points. Mean, median and distribution are of the submissions that "
        "were graded.",
    ),
    "graded": Text(es="Corregidas", en="Graded"),
    "mean": Text(es="Media", en="Mean"),
    "median": Text(es="Mediana", en="Median"),
    "distribution": Text(es="Reparto", en="Distribution"),
    "bin": Text(es="de {low} a {high} puntos: {n}", en="{low} to {high} points: {n}"),
    "heat_map": Text(es="Estudiantes y funciones", en="Students and functions"),
    "heat_caption": Text(
        es="En cada función, el porcentaje de sus puntos; en la columna «nota», los puntos del "
        "laboratorio. Un botón de la cabecera ordena por su columna.",
        en="For each function the percentage of its points; in the columns “mark”, the lab's "
        "points. A button in the header sorts by its column.",
    ),
    "mark": Text(es="nota", en="mark"),
    "total": Text(es="Total", en="Total"),
    "find_student": Text(es="Buscar estudiante", en="Find a student"),
    "show_lab": Text(es="Mostrar", en="Show"),
    "all_labs": Text(es="todos los laboratorios", en="all labs"),
    "shown_students": Text(es="{shown} de {all} estudiantes", en="{shown} of {all} students"),
    "legend": Text(es="Colores", en="Colours"),
    "levels": Text(
        es="0 %, hasta 25 %, hasta 50 %, hasta 75 %, hasta 99 %, 100 %",
        en="0 %, to 25 %, to 50 %, to 75 %, to 99 %, 100 %",
    ),
    "misconceptions": Text(es="Ideas equivocadas más frecuentes", en="Most common misconceptions"),
    "misconceptions_caption": Text(
        es="Las respuestas de estos estudiantes coinciden con las de la idea equivocada en todo "
        "lo que se probó.",
        en="The answers of these students agree with the misconception's on all that was tried.",
    ),
    "rare_misconceptions": Text(es="Otras ideas equivocadas: {n}", en="Other misconceptions: {n}"),
    "belief": Text(es="Idea", en="Belief"),
    "no_misconceptions": Text(
        es="En ninguna entrega se reconoció una idea equivocada.",
        en="No misconception was recognised in any submission.",
    ),
    "hard_checks": Text(es="Comprobaciones que casi nadie pasa", en="Checks that nearly all fail"),
    "hard_caption": Text(
        es="Fallan al menos 9 de cada 10 entregas: conviene mirar el enunciado, la clase o la "
        "propia comprobación.",
        en="At least 9 of 10 submissions fail: the assignment, the lecture or the check itself "
        "is worth a look.",
    ),
    "no_hard_checks": Text(
        es="Ninguna comprobación falla en casi todas las entregas.",
        en="No check fails in nearly all submissions.",
    ),
    "pass_rate": Text(es="Pasan", en="Pass"),
    "of": Text(es="{n} de {all}", en="{n} of {all}"),
    "frequent_failure": Text(es="Fallo más frecuente", en="Most frequent failure"),
    "reason": Text(es="Motivo", en="Reason"),
    "all_read": Text(
        es="Se pudieron leer todas las entregas.", en="All submissions could be read."
    ),
    "run": Text(es="Tiempo y aislamiento", en="Time and isolation"),
    "isolation": Text(es="Aislamiento", en="Isolation"),
    "device": Text(es="Dispositivo", en="Device"),
    "version": Text(es="Versión del corrector", en="Grader version"),
    "mixed_versions": Text(
        es="Los resultados son de varias versiones del corrector: conviene corregir de nuevo.",
        en="The results are of several versions of the grader: it is best to grade again.",
    ),
    "grading_time": Text(es="Tiempo de corrección", en="Time of grading"),
    "time_caption": Text(
        es="Segundos de corrección por laboratorio.", en="Seconds of grading by lab."
    ),
    "all_students": Text(es="Todos", en="All"),
    "longest": Text(es="Máximo", en="Longest"),
    "slowest": Text(es="Quién", en="Whose"),
    # Lab page
    "to_class": Text(es="Informe de la clase", en="Class report"),
    "checks_caption": Text(
        es="Pasan: de las entregas que tienen el módulo. Discriminación: la correlación entre "
        "pasar la comprobación y los demás puntos del laboratorio, de −1 a 1; cerca de 0 o por "
        "debajo, la comprobación no distingue a quien sabe el resto. Con menos de 10 entregas no "
        "se calcula.",
        en="Pass: of the submissions that have the module. Discrimination: the correlation of "
        "passing the check with the lab's other points, from −1 to 1; near 0 or below, the check "
        "does not tell those who know the rest. With fewer than 10 submissions it is left out.",
    ),
    "discrimination": Text(es="Discriminación", en="Discrimination"),
    "nearly_all_fail": Text(es="casi nadie la pasa", en="nearly all fail"),
    "failures": Text(es="Fallos típicos", en="Typical failures"),
    "other_failures": Text(es="De otras formas: {n}", en="In other ways: {n}"),
    "thinks": Text(es="Piensa: «{belief}»", en="Thinks: “{belief}”"),
    "nobody_fails": Text(
        es="Nadie falla ninguna comprobación.", en="Nobody fails any of the checks."
    ),
    # Student page
    "student_title": Text(es="Resultados de {name}", en="Results of {name}"),
    "score": Text(es="Nota: {score} de {of} puntos", en="Score: {score} of {of} points"),
    "first": Text(es="Qué hacer primero", en="What to do first"),
    "all_done": Text(
        es="Todo está bien: no queda nada por hacer.", en="All is well: nothing is left to do."
    ),
    "to_gain": Text(es="{n} puntos por ganar", en="{n} points to gain"),
    "read_again": Text(
        es="Entrega de nuevo: lo entregado no se pudo leer. {reason}",
        en="Submit again: what was submitted could not be read. {reason}",
    ),
    "submit_module": Text(
        es="Entrega cnnlab/{module}.py: no está en lo entregado.",
        en="Submit cnnlab/{module}.py: it is not in what was submitted.",
    ),
    "before_others": Text(
        es="Antes que {others}: se construye con ella.",
        en="Before {others}: it is built with this.",
    ),
    "remove_call": Text(
        es="Quita la llamada prohibida: anula todas sus comprobaciones.",
        en="Remove the forbidden call: it voids all of its checks.",
    ),
    "fix_checks": Text(es="Comprobaciones que fallan: {n}.", en="Checks that fail: {n}."),
    "marks": Text(es="Notas por función", en="Marks by function"),
    "marks_of": Text(es="Notas de {lab} por función", en="Marks of {lab} by function"),
    "passed_checks": Text(es="Comprobaciones superadas: {n}", en="Checks passed: {n}"),
    "topic": Text(es="Tema de la clase", en="Topic of the lecture"),
    "more_hints": Text(es="Más pistas", en="More hints"),
}
