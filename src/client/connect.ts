/** What the owner of a client makes its CONNECT packet and its topics of. */
export { CLEAN_SESSION, PASSWORD, USER_NAME, WILL, WILL_RETAIN, writeConnect } from '../wire/connect'
export { field } from '../wire/header'
