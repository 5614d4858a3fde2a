# Cuando alguien habla de hacerse daño: lo que se muestra junto a la respuesta y lo que se le dice al modelo.
care-remark =
    Lo que dices suena muy duro, y me lo tomo en serio. Puedes hablarlo conmigo, y también hay personas que te van a escuchar:
    { $resources }
    Si corres peligro en este momento, por favor llama al número de emergencias del lugar donde estás o busca a alguien que pueda acompañarte.
care-line = · { $name }: { $contact }
care-anywhere = · Líneas de ayuda de otros países: https://findahelpline.com
care-reply = Me alegra que me lo hayas contado. Lo que llevas encima suena insoportablemente pesado, y no tienes que cargarlo en soledad. Yo aquí soy apenas un pequeño programa, así que, por favor, busca a alguien esta misma noche: a una de las personas de arriba o a cualquiera en quien confíes. ¿Estás a salvo en este momento? Puedes seguir contándome, y te voy a escuchar.
care-reply-again = Sigo aquí y te escucho. Soy un programa demasiado pequeño para encontrar las palabras justas ante algo tan duro, y no quiero decirte algo equivocado. ¿Hay alguien cerca a quien puedas llamar o ver ahora?
prompt-care = Es posible que la persona esté pensando en hacerse daño o que no quiera vivir. Quédate a su lado: escucha, consuela, tómalo en serio y di que te alegra que te lo haya contado. Di con tus propias palabras lo que quizá siente. Pregunta con delicadeza si está a salvo en este momento. Nunca te niegues a hablar de ello, nunca sermonees, juzgues ni diagnostiques, y nunca digas maneras de hacerse daño. Junto a tu respuesta se le muestra dónde puede encontrar ayuda: en una frase, anímala a acudir allí o a alguien de su confianza.
