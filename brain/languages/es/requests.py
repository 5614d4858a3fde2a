"""Lists the words with which people ask in Spanish to forget something."""

from brain.languages.parts import Requests

REQUESTS = Requests(
    asking="""
        olvida olvide olvides olvidar olvidate olvídate olvídalo borra borre borrar
        bórralo elimina elimine eliminar quita quitar suprime suprimir todo toda todos
        todas cualquier nada algo sobre acerca respecto referente relacionado relacionada
        relacionados relacionadas favor porfa podrías puedes podría quiero quisiera
        necesito dije dicho dijo digas conté contado hablé hablamos mencioné mencionado
        menciones sabes sepas saber recuerdes recuerda recordar memoria memorias recuerdo
        recuerdos hecho hechos cosa cosas información datos dato detalle detalles nota
        notas conversación conversaciones mensaje mensajes tema asunto parte jamás nunca
        ya más guardes guardar guardado deja dejes completamente totalmente siempre ahora
        señor señora don doña
    """,
    joining="y e o u pero además luego",
    referring="él ella ello ellos ellas lo la los las le les su sus esto eso esta este aquello",
    speaking="yo nosotros nosotras",
)
