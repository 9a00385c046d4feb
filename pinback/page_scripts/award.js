/* Pinback, MIT; others: page-script-licenses.txt */
(()=>{function n(t){let e=[...document.querySelectorAll(t)];for(let r of e)r.hidden=!1;return e}for(let t of n("[data-print]"))t.addEventListener("click",()=>window.print());})();
