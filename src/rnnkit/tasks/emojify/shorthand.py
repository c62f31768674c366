# SPDX-License-Identifier: Apache-2.0
"""What people write short, and what they mean by it.

A list of ours. The right side is what is read in its place; where people also write the
left side and mean it ("were", "well", "id"), it is not in the list.
"""

from __future__ import annotations


def listed(words: str) -> list[str]:
    """Words with blanks between them, as a list that can be read at a glance."""
    return words.split()


PRONOUNS = frozenset(
    listed(
        "i you he she it we they that this there here what who where when how why "
        "everything everyone everybody nothing something nobody one "
        "life today weather food"
    )
)
"""After these, 's is "is"; after other words it is whose."""

CONTRACTIONS = {"can't": "can", "won't": "will", "shan't": "shall", "ain't": "is"}
"""Those with "not" whose first part is no word by itself."""

_SHORT = """
cant = can not
cannot = can not
wont = will not
dont = do not
doesnt = does not
didnt = did not
isnt = is not
wasnt = was not
arent = are not
werent = were not
havent = have not
hasnt = has not
hadnt = had not
couldnt = could not
wouldnt = would not
shouldnt = should not
mustnt = must not
neednt = need not
aint = is not
dunno = do not know
idk = i do not know
im = i am
ive = i have
youre = you are
theyre = they are
youve = you have
weve = we have
theyve = they have
hes = he is
shes = she is
thats = that is
whats = what is
theres = there is
lets = let us
let's = let us
y'all = you all
ya = you
u = you
ur = your
r = are
yr = your
urself = yourself
b4 = before
2day = today
2moro = tomorrow
2nite = tonight
tonite = tonight
tmrw = tomorrow
tmr = tomorrow
tomoz = tomorrow
l8r = later
gr8 = great
m8 = mate
luv = love
lurve = love
lov = love
<3 = love
ily = i love you
ilysm = i love you so much
ily2 = i love you
ty = thanks
tysm = thanks so much
thx = thanks
thnx = thanks
tnx = thanks
thanx = thanks
thankyou = thank you
cheers = thanks
pls = please
plz = please
plss = please
ppl = people
bc = because
bcoz = because
cuz = because
coz = because
cos = because
w = with
wo = without
w/o = without
wknd = weekend
bday = birthday
b'day = birthday
hbd = happy birthday
xmas = christmas
bf = boyfriend
gf = girlfriend
bff = best friend
bestie = best friend
besties = best friends
bae = darling
hubby = husband
wifey = wife
sis = sister
bro = brother
kiddo = child
kiddos = children
doggo = dog
doggos = dogs
doggy = dog
pupper = puppy
pup = puppy
pups = puppies
kitteh = kitten
kitty = cat
fave = favourite
fav = favourite
faves = favourites
omw = on my way
brb = be right back
gtg = got to go
g2g = got to go
ttyl = talk to you later
cya = see you
smh = shaking my head
wtf = what the hell
wth = what the hell
fml = my life is awful
ffs = annoyed
af = very
tbh = to be honest
imo = in my opinion
fr = really
ngl = honestly
rn = now
atm = now
asap = soon
gonna = going to
wanna = want to
gotta = got to
gimme = give me
lemme = let me
kinda = kind of
sorta = sort of
outta = out of
lotta = lot of
cmon = come on
c'mon = come on
congrats = congratulations
congratz = congratulations
gratz = congratulations
grats = congratulations
gg = good game
gn = good night
gnight = good night
nite = night
gm = good morning
mornin = morning
lmao = lol
lmfao = lol
rofl = lol
roflmao = lol
lolz = lol
lulz = lol
xd = lol
hehe = haha
teehee = haha
yummy = delicious
yum = delicious
yumm = delicious
nom = eating
noms = food
scrummy = delicious
noms = food
brekkie = breakfast
brekky = breakfast
bbq = barbecue
veggies = vegetables
choccy = chocolate
vaca = vacation
vacay = vacation
appt = appointment
doc = doctor
uni = university
comp = computer
tele = television
footie = football
footy = football
soz = sorry
obvs = obviously
def = definitely
defo = definitely
prob = probably
probs = probably
srsly = seriously
sry = sorry
nvm = never mind
np = no problem
yw = you are welcome
jk = joking
j/k = joking
tfw = when
mfw = when
irl = really
dm = message
pic = picture
pics = pictures
vid = video
vids = videos
pumped = excited
stoked = excited
hyped = excited
psyched = excited
buzzing = excited
chuffed = pleased
gutted = devastated
bummed = disappointed
bummer = disappointing
knackered = exhausted
peckish = hungry
famished = hungry
starvin = hungry
hangry = hungry angry
blech = disgusting
yuck = disgusting
yucky = disgusting
eww = disgusting
ew = disgusting
ugh = annoyed
urgh = annoyed
argh = annoyed
grr = angry
grrr = angry
meh = boring
yay = hooray
yayy = hooray
woohoo = hooray
woot = hooray
woo = hooray
yippee = hooray
hurrah = hooray
yass = yes
yas = yes
yup = yes
yep = yes
yeah = yes
nope = no
nah = no
sux = sucks
suxx = sucks
boo = darling
boohoo = crying
sob = crying
sobbing = crying
xo = kiss
xx = kiss
xxx = kiss
xoxo = kiss hug
xoxox = kiss hug
mwah = kiss
muah = kiss
smooch = kiss
smooches = kisses
"""

SHORTHAND: dict[str, str] = {
    short: meant
    for short, _, meant in (
        line.partition(" = ") for line in _SHORT.split("\n") if line
    )
}

SMILEYS = {
    **dict.fromkeys((":)", ":-)", "=)", "(:", ":]", "^_^", "^^", ":')"), "smile"),
    **dict.fromkeys((":D", ":-D", "=D", "xD", "XD"), "lol"),
    **dict.fromkeys((":(", ":-(", "=(", "):", ":[", ":/", ":-/", ":\\"), "sad"),
    **dict.fromkeys((":'(", ":,(", "T_T", ";_;", ";("), "crying"),
    **dict.fromkeys((":*", ":-*", ";*"), "kiss"),
    **dict.fromkeys(("<3", "<33", "<333", "♥", "♡"), "love"),
    **dict.fromkeys(("</3",), "heartbroken"),
    **dict.fromkeys((";)", ";-)", ";D"), "wink"),
    **dict.fromkeys((":P", ":p", ":-P", ":-p", "xP", ":b"), "joking"),
    **dict.fromkeys((":O", ":o", ":-O", ":-o", "O_O", "o_o", "O.O"), "surprised"),
    **dict.fromkeys((">:(", ">:-(", ":@"), "angry"),
}
"""Faces made of signs, and a word for each."""
