/** The program that the far node runs to install a bundle. One line for any shell, in the words of an old Node. */

export const leastNode = '20.19 or later';

/** Its argument is the hash of the bundle, its input the bundle as one line of JSON: contents in base64 by name. It answers
 * with lines of words between tabs: `vigil-need` for the bundle, `vigil-ready NODE SCRIPT`, `vigil-old VERSION`, `vigil-failed REASON`.
 * At the end of its input it removes the directory, once no other installer and no vigil uses it. */
export const installer = [
  `var end=process.exit.bind(process,0),fs=require('fs'),path=require('path'),hash=process.argv[1],uid=process.getuid();`,
  `var say=function(){console.log([].slice.call(arguments).join(String.fromCharCode(9)))};`,
  `var fail=function(e){say('vigil-failed',e.message.split(String.fromCharCode(10))[0]);end()};`,
  `var v=process.versions.node.split('.').map(Number);`,
  `if(v[0]<20||(v[0]===20&&v[1]<19)){say('vigil-old',process.versions.node);end()}`,
  `var dir=path.join(require('os').tmpdir(),'vigil-'+uid+'-'+hash.slice(0,16)),own=path.join(dir,'lease.'+process.pid);`,
  `var here=function(n){return path.join(dir,n)};`,
  `try{fs.mkdirSync(dir,448)}catch(e){if(e.code!=='EEXIST')fail(e)}`,
  `try{var s=fs.lstatSync(dir);if(!s.isDirectory()||s.uid!==uid||(s.mode&63)!==0)throw new Error(dir+' is not a private directory');fs.writeFileSync(own,'')}catch(e){fail(e)}`,
  `var ready=function(){say('vigil-ready',process.execPath,here('cli.js'))};`,
  `var lives=function(pid){try{process.kill(pid,0);return true}catch(e){return e.code==='EPERM'}};`,
  `var isUsed=function(){`,
  `if(fs.readdirSync(dir).some(function(n){return n.indexOf('lease.')===0&&lives(Number(n.slice(6)))}))return true;`,
  `var ps=require('child_process').spawnSync('ps',['-A','-o','args='],{encoding:'utf8'});`,
  `return ps.status===0&&ps.stdout.indexOf(here('cli.js'))>=0};`,
  `var leave=function(){`,
  `try{fs.rmSync(own,{force:true});`,
  `if(!isUsed()){fs.rmSync(dir,{recursive:true,force:true});end()}}catch(e){end()}`,
  `setTimeout(leave,1000)};`,
  `process.on('SIGHUP',function(){});process.on('SIGTERM',leave);`,
  `setInterval(function(){if(!isLeaving&&!fs.existsSync(own))end()},5000).unref();`,
  `var isLeaving=false,text='',isWanted=!fs.existsSync(here('complete'));`,
  `process.stdin.setEncoding('utf8');`,
  `process.stdin.on('data',function(c){if(!isWanted)return;text+=c;if(text.slice(-1).charCodeAt(0)!==10)return;isWanted=false;`,
  `try{if(require('crypto').createHash('sha256').update(text).digest('hex')!==hash)throw new Error('the bundle arrived damaged');`,
  `var files=JSON.parse(text);Object.keys(files).forEach(function(n){var p=here(path.basename(n));fs.writeFileSync(p+'.'+process.pid,Buffer.from(files[n],'base64'),{mode:384});fs.renameSync(p+'.'+process.pid,p)});`,
  `fs.writeFileSync(here('complete'),'');text='';ready()}catch(e){fail(e)}});`,
  `process.stdin.on('end',function(){isLeaving=true;leave()});`,
  `if(isWanted)say('vigil-need');else ready()`,
].join('');
