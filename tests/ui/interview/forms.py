"""Forms for the tests of the running interview, as XLSForms written in Markdown."""

PERSIAN = """
| survey   |                 |           |                                   |                      |                    |          |              |                        |                          |             |
|          | type            | name      | label::Persian (fa)               | label::English (en)  | hint::Persian (fa) | required | relevant     | constraint             | constraint_message::English (en) | appearance |
|          | begin group     | who       | درباره گفت‌وگو                     | Interview details    |                    |          |              |                        |                          |             |
|          | text            | code      | کد گفت‌وگو چیست؟                   | What is the code?    | کشور و شماره       | yes      |              | regex(., '^IR-[0-9]+$') | Write it like IR-42.     |             |
|          | integer         | sheep     | چند گوسفند دارید؟                  | How many sheep?      |                    | yes      |              | . <= 100000            | No more than 100,000.    |             |
|          | decimal         | weight    | وزن چقدر است؟                     | What is the weight?  |                    |          |              |                        |                          |             |
|          | date            | day       | چه روزی بود؟                      | Which day was it?    |                    |          |              |                        |                          |             |
|          | select_one yn   | dog       | سگ دارید؟                         | Do you keep a dog?   |                    | yes      |              |                        |                          |             |
|          | text            | dogname   | نام سگ چیست؟                      | What is its name?    |                    |          | ${dog}='yes' |                        |                          |             |
|          | end group       |           |                                   |                      |                    |          |              |                        |                          |             |
|          | begin group     | wild      | حیوانات وحشی                      | Wild animals         |                    |          |              |                        |                          |             |
|          | select_multiple animal | cards | کدام کارت‌های تصویری نشان داده شد؟ | Which picture cards were shown? | کارت‌ها را بُر بزنید | yes | |                 |                          |             |
|          | select_one agree | good     | خوب است که درندگان بزرگ در کوه‌های ما زندگی می‌کنند | It is good that large predators live in our mountains | | yes | | | | likert |
|          | rank animal     | order     | به ترتیب اهمیت بچینید             | Put them in order    |                    |          |              |                        |                          |             |
|          | range           | worry     | چقدر نگران هستید؟                 | How worried are you? |                    |          |              |                        |                          |             |
|          | begin repeat    | sight     | دیده‌شده                          | Sighting             |                    |          |              |                        |                          |             |
|          | select_one animal | s_sp    | گونه                              | Species              |                    | yes      |              |                        |                          | minimal     |
|          | integer         | s_year    | سال                               | Year                 |                    |          |              | . >= 1300              | Not before 1300.         |             |
|          | text            | s_grid    | خانه شبکه                         | Grid cell            |                    |          |              |                        |                          |             |
|          | integer         | s_n       | تعداد                             | Number               |                    |          |              |                        |                          |             |
|          | end repeat      |           |                                   |                      |                    |          |              |                        |                          |             |
|          | text            | story     | توضیح دهید                        | Tell more            |                    |          |              |                        |                          | multiline   |
|          | end group       |           |                                   |                      |                    |          |              |                        |                          |             |
| choices  |                 |           |                                   |                      |
|          | list_name       | name      | label::Persian (fa)               | label::English (en)  |
|          | yn              | yes       | بله                               | Yes                  |
|          | yn              | no        | خیر                               | No                   |
|          | animal          | leopard   | پلنگ ایرانی                       | Persian leopard      |
|          | animal          | cheetah   | یوزپلنگ                           | Asiatic cheetah      |
|          | animal          | gazelle   | آهوی ایرانی                       | Goitered gazelle     |
|          | animal          | jebeer    | جبیر                              | Chinkara             |
|          | animal          | onager    | گورخر                             | Asiatic wild ass     |
|          | animal          | urial     | قوچ اوریال                        | Urial                |
|          | agree           | 1         | کاملاً مخالفم                      | Strongly disagree    |
|          | agree           | 2         | مخالفم                            | Disagree             |
|          | agree           | 3         | نه موافق، نه مخالف                | Neither              |
|          | agree           | 4         | موافقم                            | Agree                |
|          | agree           | 5         | کاملاً موافقم                      | Strongly agree       |
|          | agree           | 99        | نمی‌دانم                           | Do not know          |
|          | agree           | 98        | بی‌پاسخ                            | Refused              |
| settings |                 |           |                                   |
|          | form_title      | form_id   | version                           | default_language |
|          | گفت‌وگو با دامداران | persian | 1                               | Persian (fa)     |
"""
