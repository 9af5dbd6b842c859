/* Before a page is printed, each plotly drawing, whose points are fixed, gets a view box by which the style sheet may scale it.
Handlers are assigned, not added as listeners: a page's script runs many times. */
window.onbeforeprint=()=>document.querySelectorAll('.js-plotly-plot .svg-container').forEach(box=>{
 const {width,height}=box.getBoundingClientRect();box.style.setProperty('--drawn',width+'/'+height);box.style.setProperty('--wide',width+'px');
 box.querySelectorAll('.main-svg').forEach(svg=>svg.setAttribute('viewBox',`0 0 ${svg.getAttribute('width')} ${svg.getAttribute('height')}`))});
window.onafterprint=()=>document.querySelectorAll('.js-plotly-plot .main-svg').forEach(svg=>svg.removeAttribute('viewBox'));
document.querySelectorAll('button.print').forEach(button=>{button.onclick=()=>window.print()});
