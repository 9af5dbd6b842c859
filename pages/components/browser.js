/* What the browser does on every page besides Streamlit; once, though a page's script runs many times. */
if(!window.hasPageScript){window.hasPageScript=true;
 /* A choice on a page, and what the server adds to its link, take the place of the entry in the history: back leaves the page with one press. */
 history.pushState=(state,title,address)=>History.prototype[
  new URL(address,location).pathname===location.pathname?'replaceState':'pushState'].call(history,state,title,address);
 /* The menu's links carry what all pages share, for who opens one in another tab. */
 const carry=event=>{const link=event.target.closest?.('[data-testid=stSidebarNavLink]');if(!link)return;
  if(event.ctrlKey||event.metaKey)event.stopPropagation();
  link.search=new URLSearchParams([...new URLSearchParams(location.search)].filter(([name])=>['as_of','village','lang','class','compare','compare_on'].includes(name)))};
 ['mouseover','focusin','touchstart','click'].forEach(kind=>document.addEventListener(kind,carry,true));
 /* A day that was typed takes effect with Enter, and with Tab behind its last part: Streamlit waits until the focus is elsewhere. */
 document.addEventListener('keydown',event=>{const field=event.target.closest?.('[data-testid=stDateInputField]'),type=event.target.dataset?.type;
  if(!field||!type||!(event.key==='Enter'||(event.key==='Tab'&&!event.shiftKey&&type==='day')))return;
  event.preventDefault();event.stopPropagation();
  const main=document.querySelector('[data-testid=stMain]');main.tabIndex=-1;main.focus({preventScroll:true});
  field.querySelector('[data-testid=stDateInputCalendarButton]').focus()},true);
 /* A declared figure that was typed when the session had ended stands in its box again, to be confirmed: a number, of no person. */
 const declared='st-key-declared_';let typed=null;
 window.keepTyped=()=>typed&&sessionStorage.setItem('typed',JSON.stringify(typed));
 document.addEventListener('input',event=>{const around=event.target.closest?.(`[class*=${declared}]`);
  typed=around?[[...around.classList].find(name=>name.startsWith(declared)),event.target.value]:typed},true);
 const waiting=JSON.parse(sessionStorage.getItem('typed'));
 if(waiting)new MutationObserver((_changes,observer)=>{const box=document.querySelector(`.${CSS.escape(waiting[0])} input`);if(!box)return;
  observer.disconnect();sessionStorage.removeItem('typed');if(box.value===waiting[1])return;
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype,'value').set.call(box,waiting[1]);
  box.dispatchEvent(new Event('input',{bubbles:true}))}).observe(document,{subtree:true,childList:true});
 /* 401 is the gate's alone: the session has ended, and asking for the page again leads to the sign-in and back. */
 const ask=window.fetch;window.fetch=async(...request)=>{const answer=await ask(...request);if(answer.status===401){keepTyped();location.reload()}return answer};
 /* A download that the gate refuses fails in silence. */
 document.addEventListener('click',event=>event.target.closest?.('[data-testid=stDownloadButton]')&&fetch('/_stcore/health'),true);
}
