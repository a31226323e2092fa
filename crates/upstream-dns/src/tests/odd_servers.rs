//! Servers that forge, babble, know no EDNS or are asked by many.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::A;
use hickory_proto::rr::{RData, Record};
use tokio::net::UdpSocket;
use tokio_util::task::TaskTracker;

use super::*;

const PATIENT: Duration = Duration::from_secs(3);

/// A resolver that is a function of the query; what it gives is sent in that order, from a socket of its own where
/// so marked.
async fn server(answers: impl Fn(Message) -> Vec<(Socket, Vec<u8>)> + Send + 'static) -> SocketAddr {
    let own = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let at = own.local_addr().unwrap();
    TaskTracker::new().spawn(async move {
        let foreign = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let mut bytes = vec![0; 4096];
        loop {
            let (length, from) = own.recv_from(&mut bytes).await.unwrap();
            for (socket, answer) in answers(Message::from_vec(&bytes[..length]).unwrap()) {
                let socket = if socket == Socket::Foreign { &foreign } else { &own };
                socket.send_to(&answer, from).await.unwrap();
            }
        }
    });
    at
}

#[derive(Clone, Copy, PartialEq)]
enum Socket {
    Own,
    Foreign,
}

fn client(at: SocketAddr, deadline: Duration) -> Dns {
    let options =
        Options { resolvers: vec![crate::Resolver::udp(at)], deadline, at_a_time: 8, ..Options::default() };
    Dns::new(options).unwrap()
}

fn answer(query: &Message, last: u8) -> Message {
    let mut answer = query.clone().into_response();
    answer.add_answer(Record::from_rdata(
        query.queries[0].name.clone(),
        60,
        RData::A(A::new(192, 0, 2, last)),
    ));
    answer
}

async fn ask(dns: &Dns, question: &str) -> String {
    told(&dns.ask(&of(question), Servers::Resolvers).await.0[0].1)
}

#[tokio::test]
async fn forged_answers_are_not_listened_to() {
    let at = server(|query| {
        let forge = |change: fn(&mut Message)| {
            let mut forged = answer(&query, 66);
            change(&mut forged);
            forged.to_vec().unwrap()
        };
        let other_id = forge(|forged| forged.metadata.id ^= 1);
        let other_name = forge(|forged| forged.queries[0].name = "forged.test.".parse().unwrap());
        let other_type = forge(|forged| forged.queries[0].query_type = hickory_proto::rr::RecordType::AAAA);
        let no_question = forge(|forged| forged.queries.clear());
        let forgeries = [other_id, other_name, other_type, no_question, vec![], vec![0; 40]];
        let mut sent: Vec<_> = forgeries.into_iter().map(|bytes| (Socket::Own, bytes)).collect();
        sent.push((Socket::Foreign, forge(|_| {})));
        sent.push((Socket::Own, query.to_vec().unwrap()));
        sent.push((Socket::Own, answer(&query, 1).to_vec().unwrap()));
        sent
    })
    .await;
    assert_eq!(ask(&client(at, PATIENT), "acme.test A").await, "192.0.2.1");
}

#[tokio::test]
async fn forgeries_alone_are_silence() {
    let at = server(|query| vec![(Socket::Foreign, answer(&query, 66).to_vec().unwrap())]).await;
    assert_eq!(ask(&client(at, Duration::from_millis(300)), "acme.test A").await, "timed-out");
}

#[tokio::test]
async fn bytes_that_mean_nothing_are_malformed() {
    let at = server(|query| {
        let mut bytes = query.metadata.id.to_be_bytes().to_vec();
        bytes.extend([0xff; 30]);
        vec![(Socket::Own, bytes)]
    })
    .await;
    assert_eq!(ask(&client(at, PATIENT), "acme.test A").await, "malformed");
}

#[tokio::test]
async fn a_server_that_knows_no_edns_is_asked_without() {
    let at = server(|query| {
        let reply = if query.edns.is_some() {
            Message::error_msg(query.metadata.id, query.metadata.op_code, ResponseCode::FormErr)
        } else {
            answer(&query, 1)
        };
        vec![(Socket::Own, reply.to_vec().unwrap())]
    })
    .await;
    assert_eq!(ask(&client(at, PATIENT), "acme.test A").await, "192.0.2.1");
}

#[tokio::test]
async fn a_resolver_that_only_refers_to_others_refuses() {
    let at = server(|query| {
        let mut reply = query.clone().into_response();
        let host = hickory_proto::rr::rdata::NS("ns.test.".parse().unwrap());
        reply.add_authority(Record::from_rdata("test.".parse().unwrap(), 60, RData::NS(host)));
        vec![(Socket::Own, reply.to_vec().unwrap())]
    })
    .await;
    assert_eq!(ask(&client(at, PATIENT), "acme.test A").await, "refused");
}

#[tokio::test]
async fn many_questions_wait_for_their_turn() {
    let own = Arc::new(UdpSocket::bind("127.0.0.1:0").await.unwrap());
    let dns = client(own.local_addr().unwrap(), PATIENT);
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let tracker = TaskTracker::new();
    let (counted, highest, tasks) = (now.clone(), most.clone(), tracker.clone());
    tracker.spawn(async move {
        let mut bytes = vec![0; 4096];
        loop {
            let (length, from) = own.recv_from(&mut bytes).await.unwrap();
            let query = Message::from_vec(&bytes[..length]).unwrap();
            highest.fetch_max(counted.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            let (own, counted) = (own.clone(), counted.clone());
            tasks.spawn(async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                counted.fetch_sub(1, Ordering::SeqCst);
                own.send_to(&answer(&query, 1).to_vec().unwrap(), from).await.unwrap();
            });
        }
    });
    let questions: Vec<String> = (0..300).map(|number| format!("n{number}.acme.test A")).collect();
    let answers = join_all(questions.iter().map(|question| ask(&dns, question))).await;
    assert_eq!(answers, vec!["192.0.2.1"; 300]);
    assert_eq!(most.load(Ordering::SeqCst), 8);
}
