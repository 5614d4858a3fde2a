# What people read on chat platforms around the conversation: short, friendly, and always with a way on.
chat-consent = Before we talk: I remember what you tell me, and I forget it slowly, as people do. In shared places I use only what you said in that very place. /privacy says what is kept, /pause stops remembering, /forget erases.
chat-too-fast = { $seconds ->
        [one] That was a lot at once. Please give me a second.
       *[other] That was a lot at once. Please give me { $seconds } seconds.
    }
chat-still-answering = I am still answering what you wrote before. Please wait for that, then go on.
chat-budget-spent = That is all for today: we have used up our words. It goes on { $until } ({ $zone }).
chat-not-admitted = I may not talk with you here. Whoever runs me can change that. What I keep of you stays yours: /privacy, /export and /forget work.
chat-perhaps-paused = (I cannot reach my memories just now, and do not know whether you paused remembering here. If you did, I keep nothing of this.)
chat-picture-alone = Look at this picture.
chat-cannot-see = I cannot see pictures with the model that I think with now. Tell me what is in it?
chat-no-words = I have no words for that just now. Please say it another way.
chat-limited = That is as long as my replies may be. Say “go on”, and I go on.
chat-undelivered = My reply did not get through. Ask me again, and I will repeat it.
chat-unexpected = Something went wrong that should not have. Your message may be lost to me; please try again in a while.
chat-model-away = I cannot think just now: my model does not answer. Please try again in a while.
chat-store-away = I cannot reach my memories just now. Please try again in a while.
chat-manner =
    This person chose how you are to be with them. Follow it, as long as it harms nobody:
    { $text }
