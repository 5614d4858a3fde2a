"""Lists the words with which people ask in Spanish to forget something."""

from brain.languages.parts import Requests

_FORGET = r"(?:olv[ií]d\w*|b[oó]rr\w*|elim[ií]n\w*|supr[ií]m\w*|qu[ií]ta\w*)"
_REST = rf"(?:(?!,?\s*(?:(?:por\s+favor|y|pero)\s+)*{_FORGET}\b)[^.;!?\n])*"

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
        señor señora don doña dónde quién cuándo cómo solo solamente
    """,
    joining="y e o u pero además luego",
    referring="él ella ello ellos ellas lo la los las le les su sus esto eso esta este aquello",
    speaking="yo nosotros nosotras",
    names="""
        abril alba amparo ángel ángeles aurora blanca candela caridad cielo clara clemente consuelo
        cruz domingo dolores encarnación esperanza estrella flor gloria gracia julio justo león
        luna luz mar margarita mercedes milagros nieves olvido paloma paz perla piedad pilar
        prudencia reyes remedios rocío rosa rosario salvador sol soledad socorro victoria violeta
    """,
    relations="""
        ex novio novia marido mujer esposo esposa hermano hermana primo prima tío tía sobrino
        sobrina hijo hija amigo amiga vecino vecina jefe jefa compañero compañera profesor profesora
    """,
    vague="plan planes idea ideas historia historias problema problemas situación rollo",
    articles="un una el la",
    owning="mi tu nuestro nuestra",
    of="de del",
    inside="en",
    forgetting=rf"\b{_FORGET}|\bno\s+(?:\w+\s+){{0,3}}(?:recuerd|guard|sepas)",
    refusing=(
        r"(?<!por\squ[eé]\s)\b(?:no|nunca|jam[aá]s)\s+(?:(?:te|se|me|lo|la|los|las|quiero|que|vayas|a"
        rf"|debes|hay|puedes|puedo)\s+){{0,4}}{_FORGET}\b(?!\s+(?:de\s+)?(?:borrar|eliminar|olvidar|quitar|suprimir)\b)"
    ),
    excepting="|".join(
        (
            (
                r"\b(?:salvo|excepto|(?<!más\so\s)menos(?!\s+de\b)|a\s+excepci[oó]n\s+de|exceptuando|aparte\s+de"
                rf"|pero\s+no)\s+(?P<kept>{_REST})"
            ),
            (
                r"(?:[,;.]|\b(?:y|pero)\b)\s*(?:(?:por\s+favor|sí|pero|y)\s+)*(?:conserva|guarda|mant[eé]n"
                rf"|deja(?!\s+de\b)|qu[eé]date\s+con|recuerda)\s+(?P<kept>{_REST})"
            ),
            (
                r"[,;.]\s*(?:(?:y|pero)\s+)?no\s+(?!quiero|recuerd|guard|me\b|te\b|se\b|hac|digas|es\b"
                rf"|{_FORGET})(?P<kept>{_REST})"
            ),
            r"[,;.]\s*(?:pero\s+)?(?P<kept>(?:el|la|los|las|su|sus|lo)\s[^,.;!?\n]+?)\s+no\s*(?=[.!;,]|$)",
            (
                r"(?:[,;.]|\b(?:y|pero)\b)\s*(?P<kept>(?:todo\s+)?(?:lo\s+dem[aá]s|el\s+resto|lo\s+otro)\b[^.;!?\n]*"
                r"\b(?:no|queda\w*|conserv\w*|guard\w*|d[eé]ja\w*|sigue)\b[^.;!?\n]*)"
            ),
        )
    ),
    rest="demás resto otro otros otras mismo misma",
)
