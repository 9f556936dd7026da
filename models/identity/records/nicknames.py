"""Short forms that English speakers use for a first name and that are no beginning of it."""

from typing import Final

_GROUPS: Final = """
abigail abby gail, albert bert al, alexander alex sandy xander, alexandra alex sandra, alfred fred
alf, amelia millie amy, andrew drew andy, anthony tony, antonio tony, anne annie nancy ann,
archibald archie, arthur art, barbara barb babs, benjamin ben benny, bernard bernie, beverly bev,
calvin cal, caroline carrie caro, catherine cathy kate katie kitty cat, charles charlie chuck
chas, charlotte lottie charlie, christina chris tina christy, christine chris tina chrissy,
christopher chris kit topher kristopher, cynthia cindy, daniel dan danny, david dave davy, deborah
deb debbie, dominic dom nick, donald don donnie, dorothy dot dottie dolly, edward ed eddie ted
ned, edwin ed eddie, eleanor ellie nell nora, elizabeth liz beth betty lizzie eliza lisa bess
betsy, emily em millie, eugene gene, ferdinand ferdie, florence flo florrie, frances fran fanny
frankie, francis frank, franklin frank, frederick fred freddie rick, gabriel gabe, gabrielle
gabby, geoffrey geoff jeff, george geordie, gerald gerry jerry, gertrude gertie trudy, gilbert gil
bert, gregory greg, harold harry hal, harriet hattie harry, helen nell ellen lena, henry harry
hank hal, herbert herb bert, hugh hughie, isabella bella izzy, jacob jake, jacqueline jackie,
james jim jimmy jamie, jane janie jenny, janet jan, jeffrey jeff, jennifer jen jenny, jeremy
jerry, jessica jess jessie, joan joanie, john jack johnny jon, jonathan jon johnny, joseph joe
joey, josephine jo josie, joshua josh, judith judy, katherine kate kathy katie, kenneth ken kenny,
kimberly kim, lawrence larry laurie, leonard len lenny leo, leslie les, lillian lily lil, louis
lou louie, louise lou, lucille lucy, margaret maggie peggy meg marge daisy madge, maria mary,
martha patty mattie, martin marty, mary molly polly mamie, matilda tilly mattie, matthew matt,
maurice maury moe, maximilian max, melissa missy mel, michael mike mick mickey micky, michelle
shelly, mildred millie, nathaniel nat nate, nathan nate, nicholas nick nicky, oliver ollie, pamela
pam, patricia pat patty tricia trish, patrick pat paddy, penelope penny, peter pete, philip phil
pip, phillip phil pip, priscilla cilla, rachel rae, randall randy, raymond ray, rebecca becky
becca, reginald reg reggie, richard dick rick ricky rich richie, robert bob bobby rob robbie bert,
roderick rod, rodney rod, roger rodge, ronald ron ronnie, rosemary rose rosie, rudolph rudy,
russell russ, samantha sam, samuel sam sammy, sarah sally sadie, sebastian seb, sidney sid, sophia
sophie, stanley stan, stephanie steph, stephen steve stevie, steven steve stevie, susan sue susie,
suzanne sue, sylvester sly, terence terry, teresa terry tess tessa, theodore ted teddy theo,
theresa terry tess tessa, thomas tom tommy, timothy tim, tobias toby, valerie val, vanessa nessa,
veronica ronnie vera, victor vic, victoria vicky tori, vincent vince vinny, virginia ginny, walter
walt wally, wilhelmina mina minnie, wilfred fred wilf, william bill billy will willy liam,
winifred winnie, zachary zach zack
"""


def _list_formal() -> dict[str, frozenset[str]]:
    formal: dict[str, set[str]] = {}
    for group in _GROUPS.split(","):
        whole, *short = group.split()
        formal.setdefault(whole, set()).add(whole)
        for form in short:
            formal.setdefault(form, set()).add(whole)
    return {name: frozenset(names) for name, names in formal.items()}


# Each name with the whole names it can stand for; two names are forms of one where these meet.
FORMAL: Final = _list_formal()
